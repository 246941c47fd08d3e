"""Who may sign in, and where they are signed in: device grants, sessions, passwords, invitations."""
