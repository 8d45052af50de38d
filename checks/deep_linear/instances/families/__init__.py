"""Families of instances, a file a subject.

``building`` draws exact numbers and matrices; ``family`` says what a family is.
"""
