"""``flatcert inspect``: how flat, balanced and aligned a trained network is, and which theorems apply to it."""

from .limits import inspection_cost, product_bits
from .report import Inspection, inspection
from .text import print_inspection

__all__ = ["Inspection", "inspection", "inspection_cost", "print_inspection", "product_bits"]
