"""What the theorems say of one's data: bounds, inspect, flow, residual."""
