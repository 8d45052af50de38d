"""The second line for proofs about networks: places where a judgment is evaluated, and the words of proofs there."""
