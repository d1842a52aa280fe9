"""The catalogue of procedures: entries in versions, service levels, agencies' systems, import and export.

`reads` is the public interface: what is published on a day, one entry, search and counts.
"""
