"""``flatcert flow``: how a gradient flow escapes and where it ends, with proved errors, and what theorems say."""

from .cost import slow_flow
from .plot import flow_figure
from .report import FlowReport, flow_report
from .text import print_flow, print_verdict

__all__ = ["FlowReport", "flow_figure", "flow_report", "print_flow", "print_verdict", "slow_flow"]
