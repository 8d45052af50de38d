"""These theorems are about the network: gradient, Hessian, kernel and sharpness."""
