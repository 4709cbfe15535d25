"""From a bare machine to a running system. Standard library only: nothing is installed when this code starts."""
