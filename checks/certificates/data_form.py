"""Certificates about settings of one's own: data by name."""

from __future__ import annotations

import numpy as np

from ...numeric.linalg.rational import rational_array
from ..evaluation.abstract_scope import Values
from ..instances.data import Data, make_data
from ..instances.spelling import GIVEN
from .data_trees import data_statement
from .form import Certificate, Form, read_number, strings, written_number


class DataForm(Form[Data]):
    """The certificates of an obligation about a setting of one's own."""

    def statement(self) -> Certificate:
        return data_statement(self.obligation)

    def written(self, case: Data, values: Values, statement: Certificate) -> Certificate:
        data = {**{name: str(size) for name, size in case.sizes.items()}, **case.describe()}
        return {
            "instance": {"name": data.pop("name"), "data": data},
            "values": {name: strings(value) if isinstance(value, np.ndarray) else written_number(value)
                       for name, value in values.items()},
            "enclosure": None,
            "witness": None,
        }

    def read(self, certificate: Certificate) -> tuple[Data, Values]:
        return make_data(self.obligation.setting, certificate["instance"]["data"], GIVEN), {
            name: rational_array(value) if isinstance(value, list) else read_number(value)
            for name, value in certificate["values"].items()}
