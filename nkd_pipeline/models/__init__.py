"""Neural models behind stages. torch and its family are imported only here, and only inside functions."""
