"""What a machine says about itself, with the standard library alone."""

import os
import platform
import shutil
import time


def measurements(folder="/"):
    """Records to send: load by processor, and how full the disk of `folder` is."""
    now = int(time.time() * 1_000_000)
    common = {"_timestamp": now, "host": platform.node() or "unknown", "level": "info"}
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    disk = shutil.disk_usage(folder)
    used = disk.used / disk.total
    return [
        {**common, "message": f"load {load:.2f} by processor", "metric": "load", "value": round(load, 4)},
        {**common, "message": f"disk {used:.0%} full", "metric": "disk", "value": round(used, 4)},
    ]
