"""Lockstep against PyTorch and JAX (peers), and against itself on more ranks (scaling)."""
