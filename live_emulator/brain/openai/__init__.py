"""A brain behind an OpenAI-compatible endpoint, such as a model server at home.

`brain` is the shell; what is sent, what comes back and how it is spoken is pure.
"""
