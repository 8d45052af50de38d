"""Networks, spectra and the smallest sharpness, over any scalar.

Import from the modules: this package loads nothing by itself, so that it costs nothing.
"""
