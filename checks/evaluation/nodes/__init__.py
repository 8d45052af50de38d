"""How each kind of node is evaluated: functions of a node, and of the function that evaluates its parts."""
