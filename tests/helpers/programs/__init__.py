"""Programs outside of Python that tests need: a browser, pdflatex."""
