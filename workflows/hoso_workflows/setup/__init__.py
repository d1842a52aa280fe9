"""Setup of an authority from one file: planned, shown, applied, written back.

`document` is the file, `plan` compares it with the register, `service` applies it.
"""
