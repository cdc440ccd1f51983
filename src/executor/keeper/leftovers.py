"""What a user of one execution left in the folders that every user may write to: the number is given out again."""
import os
import shutil

SHARED = ("/tmp", "/var/tmp", "/dev/shm")


def sweep(uid):
    """Removes it. Called when no process of this user lives any more, so that nothing can be exchanged meanwhile."""
    for folder in SHARED:
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            try:
                if os.lstat(path).st_uid != uid:
                    continue
                if os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    os.unlink(path)
            except OSError:
                pass  # somebody else's, and gone meanwhile
