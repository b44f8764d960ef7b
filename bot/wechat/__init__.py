"""The platform's wire format and API, with wechatpy's known faults mended at this edge."""
