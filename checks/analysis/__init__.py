"""What the theorems say about a user's own data: which of them apply, which hold, and by which numbers.

The doors of the room, each of which loads only what it needs:

* `bounds.bounds`: the constants of a table, every bound, the least sharpness, and the critical learning rates.
* `inspection.inspection`: a trained network, read on the data and as an exact minimizer.
* `flow.flow_report`: a gradient flow with proved errors, and its limit against the bounds.
* `residual.residual_report` and `residual.residual_flow`: how much the theorems on residual networks give away.
"""
