"""The paper's experiments, what they show, and its figures.

``make_figures`` carries out the experiments, decides the statements, writes the tables and draws the pictures.
"""

from .experiments import FIGURES, Experiment
from .figures import FiguresReport, make_figures

__all__ = ["FIGURES", "Experiment", "FiguresReport", "make_figures"]
