"""A faithful stand-in for the platform on loopback: it signs, encrypts, retries, hands out tokens and fails on demand.

The demo and the tests use the same one. It is built on wechatpy's own crypto, not on this project's codec.
"""
