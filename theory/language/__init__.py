"""What a statement is made of: nodes, relations, quantities, obligations and claims."""
