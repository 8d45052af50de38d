"""What theories over the deep linear networks declare, and the instances that their families return."""
