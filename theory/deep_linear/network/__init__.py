"""Claims about the network: gradient, Hessian, kernel and sharpness."""
