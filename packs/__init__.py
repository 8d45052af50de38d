"""Theories of neighbouring papers that come with flatcert, a pack a paper's subject: ``flatcert claims --packs``.

A pack is a file, or a folder of files, written against the public names of ``flatcert`` as a user's theory is.
"""
