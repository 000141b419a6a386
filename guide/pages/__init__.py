"""The page server: home page, chapters, READMEs and an API for pages.

It listens on this machine alone, answers only requests meant for it, and serves
only what is listed. Chapters find their own files under the same paths as in the
repository, so relative links work here and elsewhere.
"""
