"""Register layouts: one module a layout with one ``LAYOUT``, and one row each in ``registry``."""
