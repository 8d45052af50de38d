"""``flatcert residual`` and ``flatcert flow --residual``: what theorems on residual networks allow and what is true."""

from .plot import residual_figure
from .report import ResidualReport, residual_report
from .text import print_residual, print_residual_flow
from .theorems import ResidualFlow, residual_flow

__all__ = [
    "ResidualFlow", "ResidualReport", "print_residual", "print_residual_flow", "residual_figure", "residual_flow",
    "residual_report",
]
