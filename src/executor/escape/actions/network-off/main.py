"""Reaches out although `network: false` was asked for."""
import os
import socket

from attempt import attempt, tried

PORT = int(os.environ["PORT"])
NOWHERE = "192.0.2.1"  # set aside for documentation: nobody is there


def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as handle:
        handle.settimeout(2)
        handle.connect(address)
        return "connected"


def make(family, kind, protocol=0):
    with socket.socket(family, kind, protocol):
        return "made"


@attempt
def port_of_the_server():
    return connect(socket.AF_INET, ("127.0.0.1", PORT))


@attempt
def port_of_the_server_by_mapped_address():
    return connect(socket.AF_INET6, ("::ffff:127.0.0.1", PORT))


@attempt
def address_outside():
    try:
        return connect(socket.AF_INET, (NOWHERE, 80))
    except socket.timeout:
        return "sent, nobody answered"


@attempt
def datagram_to_the_machine():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        handle.settimeout(2)
        handle.sendto(b"escaped", ("127.0.0.1", PORT))
        return handle.recvfrom(100)


@attempt
def datagram_outside():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        return handle.sendto(b"escaped", (NOWHERE, 53))


@attempt
def fast_open():
    """Data with the first packet: not by way of connect()."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as handle:
        handle.settimeout(2)
        return handle.sendto(b"escaped", 0x20000000, ("127.0.0.1", PORT))


@attempt
def multipath_tcp():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as handle:
        handle.settimeout(2)
        return handle.connect(("127.0.0.1", PORT))


@attempt
def name_in_a_domain():
    return socket.getaddrinfo("example.com", 80)


@attempt
def port_offered_to_the_machine():
    """Listening counts only when somebody outside can connect: the server knocks."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as handle:
        handle.bind(("127.0.0.1", 0))
        handle.listen()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(2)
            door.connect("\0" + os.environ["ABSTRACT"])
            door.sendall(f"knock {handle.getsockname()[1]}\n".encode())
            handle.settimeout(2)
            return handle.accept()[1]


@attempt
def abstract_socket_of_the_server():
    return connect(socket.AF_UNIX, "\0" + os.environ["ABSTRACT"])


@attempt
def socket_in_the_file_system():
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
def bluetooth_socket():
    return make(31, socket.SOCK_RAW, 1)


@attempt
def crypto_socket():
    return make(38, socket.SOCK_SEQPACKET)


main = tried()
