"""Workers that are SLURM jobs: asked for, kept up, and gone at the end."""
