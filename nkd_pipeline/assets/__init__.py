"""The Dagster assets of the main flow, one file each."""

import warnings

import dagster as dg

# backfill policies are marked beta since years; the notice would open every command's output
warnings.filterwarnings("ignore", category=dg.BetaWarning)
