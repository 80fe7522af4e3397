from tests.browser import browser, browser_type_launch_args, page, watch

__all__ = ["browser", "browser_type_launch_args", "page", "watch"]
