"""Where everything a run writes lies: tables, images, exports."""
