"""Networks, problems, the Hessian, the sharpness and the least sharpness."""
