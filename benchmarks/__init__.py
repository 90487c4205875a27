"""Measures the pipeline on this machine; the README's performance table is printed from here."""
