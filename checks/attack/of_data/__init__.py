"""What the adversary knows of data by name, the instances of settings of one's own."""
