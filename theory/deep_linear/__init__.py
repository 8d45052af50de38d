"""The theory of the paper: claims and their derivations."""
