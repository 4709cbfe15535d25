"""Cases: what people submit waits in a queue, a moderator reads it and decides, and the person learns why."""
