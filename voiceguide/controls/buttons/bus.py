"""A place on the D-Bus session bus, kept by a thread: calls come in, answers and signals go out."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

TICK_SECONDS = 0.1
"""How often signals are looked for."""

RETRY_SECONDS = 5.0
"""How long to wait before the bus is tried again, if it isn't there or was lost."""

SEND_SECONDS = 2.0
"""A bus that takes nothing for this long counts as lost."""

_DO_NOT_QUEUE = 4
_PRIMARY_OWNER = 1


class Call(NamedTuple):
    """A method call; `interface` may be empty, as D-Bus allows."""

    path: str
    interface: str
    member: str
    signature: str
    body: tuple[object, ...]


class Values(NamedTuple):
    """Values to be sent, and their types in D-Bus's notation."""

    signature: str = ""
    body: tuple[object, ...] = ()


class Signal(NamedTuple):
    """A signal, which goes to everybody on the bus."""

    interface: str
    member: str
    values: Values


class Refused(Exception):  # noqa: N818 - it is an answer
    """A D-Bus error, with the last part of its name, and a sentence."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = f"org.freedesktop.DBus.Error.{name}"


class BusObject(Protocol):
    """An object on the bus, at one path."""

    path: str

    def answer(self, call: Call) -> Values:
        """Return the values that answer a call. Raises Refused."""
        ...

    def signals(self) -> Iterable[Signal]:
        """Return the signals that have come up since the last time."""
        ...


@contextlib.contextmanager
def shared(served: BusObject, name: str) -> Iterator[None]:
    """Keep `served` on the session bus under `name` while the block runs, whenever there is a bus."""
    over = threading.Event()
    thread = threading.Thread(target=_keep, args=(served, name, over), name="session bus", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=2 * TICK_SECONDS)


def _keep(served: BusObject, name: str, over: threading.Event) -> None:
    while not over.is_set():
        # No bus, a broken connection, or nonsense on it: in each case, there is no bus for now.
        with contextlib.suppress(Exception), _connected(name) as connection:
            _serve(served, connection, over)
        over.wait(RETRY_SECONDS)


@contextlib.contextmanager
def _connected(name: str) -> Iterator[DBusConnection]:
    from jeepney import message_bus
    from jeepney.io.blocking import Proxy, open_dbus_connection

    with open_dbus_connection(_address()) as connection:
        connection.sock.settimeout(SEND_SECONDS)
        bus = Proxy(message_bus, connection, timeout=SEND_SECONDS)
        if bus.RequestName(name, _DO_NOT_QUEUE) != (_PRIMARY_OWNER,):
            raise ConnectionRefusedError(f"another process has the name {name}")
        yield connection


def _address() -> str:
    """Return the address of the session bus: by default, systemd's."""
    if address := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    socket = Path(os.environ["XDG_RUNTIME_DIR"]) / "bus"
    return f"unix:path={socket}"


def _serve(served: BusObject, connection: DBusConnection, over: threading.Event) -> None:
    from jeepney import DBusAddress, MessageType, new_signal

    while not over.is_set():
        message = _received(connection)
        if message and message.header.message_type is MessageType.method_call:
            _reply(served, connection, message)
        for interface, member, (signature, body) in served.signals():
            connection.send(new_signal(DBusAddress(served.path, interface=interface), member, signature, body))


def _received(connection: DBusConnection) -> Message | None:
    try:
        return connection.receive(timeout=TICK_SECONDS)
    except TimeoutError:
        return None


def _reply(served: BusObject, connection: DBusConnection, message: Message) -> None:
    from jeepney import MessageFlag, new_error, new_method_return

    try:
        signature, body = served.answer(_call(message))
        answer = new_method_return(message, signature or None, body)
    except Refused as refused:
        answer = new_error(message, refused.name, "s", (str(refused),))
    if not message.header.flags & MessageFlag.no_reply_expected:
        connection.send(answer)


def _call(message: Message) -> Call:
    from jeepney import HeaderFields

    fields = message.header.fields
    return Call(
        path=fields[HeaderFields.path],
        interface=fields.get(HeaderFields.interface, ""),
        member=fields[HeaderFields.member],
        signature=fields.get(HeaderFields.signature, ""),
        body=tuple(message.body),
    )
