"""What can go wrong when people are told something."""


class CertificateIsNotThere(Exception):
    """The certificate is still being made; the job that wanted to announce it tries again."""


class Undeliverable(Exception):
    """A channel could not deliver. `permanent`: trying again is of no use; otherwise the job tries later."""

    def __init__(self, reason: str, permanent: bool):
        super().__init__(reason)
        self.permanent = permanent
