"""Multi-output deep linear networks: gradient, conservation, sharpness, least sharpness, weight decay.

``words`` holds the setting; the other files are the sections.
"""

from . import gradients, norms, sharpness
from .words import theory

__all__ = ["gradients", "norms", "sharpness", "theory"]
