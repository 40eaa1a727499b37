"""How dates are written in languages that put their parts in another order: `FORMAT_MODULE_PATH`.

Pages ask for a date as English writes it (`{{ day|date:"l j F" }}`). Django looks for that text as a name here first.
"""
