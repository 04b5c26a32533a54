"""Journal figures: what is drawn (``curves``), where it goes (``layout``) and how it is written (``saving``)."""
