"""A real mail server for the tests: takes mails, answers as it is told, and keeps what it gets.

usage: smtp_server.py FOLDER [--auth USER PASSWORD] [--busy N] [--refuse ADDRESS] [--tls CERT KEY]

Prints its port on the first line, then one line for each session that got as far as a recipient or a password. Each
mail is written to FOLDER/N.eml, its envelope's recipients to FOLDER/N.to. It ends with its standard input.
"""

import argparse
import asyncio
import logging
import pathlib
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Handler:
    def __init__(self, options):
        self.options = options
        self.busy = options.busy
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.busy > 0:
            self.busy -= 1
            print("busy", address, flush=True)
            return "451 4.7.1 Greylisted, try again later"
        if address == self.options.refuse:
            print("refused", address, flush=True)
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        folder = pathlib.Path(self.options.folder)
        (folder / f"{self.count}.to").write_text("\n".join(envelope.rcpt_tos))
        (folder / f"{self.count}.eml").write_bytes(envelope.original_content)
        print("taken", "tls" if session.ssl else "plain", *envelope.rcpt_tos, flush=True)
        return "250 2.0.0 Taken"


def main():
    # A password without TLS and a client that hangs up are what is tested here.
    logging.disable()
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--auth", nargs=2)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--refuse")
    parser.add_argument("--tls", nargs=2)
    options = parser.parse_args()
    handler = Handler(options)
    keywords = {"hostname": "localhost", "data_size_limit": 64 << 20}
    if options.auth:

        def authenticate(server, session, envelope, mechanism, data):
            given = [data.login.decode(), data.password.decode()] if isinstance(data, LoginPassword) else None
            right = given == options.auth
            print("password", "right" if right else "wrong", flush=True)
            return AuthResult(success=right, handled=right)

        keywords |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": bool(options.tls)}
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        keywords |= {"tls_context": context, "require_starttls": True}

    async def serve():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(handler, loop=loop, **keywords), "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        # Whoever started it holds the other end: however the test ends, this ends with it.
        await loop.run_in_executor(None, sys.stdin.read)
        server.close()

    asyncio.run(serve())


main()
