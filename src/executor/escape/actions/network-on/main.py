"""What an action with a network reaches on the machine itself."""
import os
import socket

from attempt import attempt, tried


def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as handle:
        handle.settimeout(2)
        handle.connect(address)
        return "connected"


def make(family, kind, protocol=0):
    with socket.socket(family, kind, protocol):
        return "made"


@attempt
def port_of_the_server():
    return connect(socket.AF_INET, ("127.0.0.1", int(os.environ["PORT"])))


@attempt
def abstract_socket_of_the_server():
    return connect(socket.AF_UNIX, "\0" + os.environ["ABSTRACT"])


@attempt
def socket_in_the_data_folder():
    return connect(socket.AF_UNIX, os.environ["SOCKET"])


@attempt
def raw_socket():
    return make(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@attempt
def packet_socket():
    return make(socket.AF_PACKET, socket.SOCK_RAW)


@attempt
def socket_of_the_hypervisor():
    return make(40, socket.SOCK_STREAM)


@attempt
def low_port():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as handle:
        handle.bind(("127.0.0.1", 81))
        return "bound"


main = tried()
