import DeployKit
import Testing

struct SSHCommandLineTests {
    let line = SSHCommandLine(
        destination: SSHDestination(host: "203.0.113.7", port: 2222, user: "deploy"),
        directory: "/tmp/d",
        connectTimeout: .milliseconds(9500)
    )

    @Test func `the master trusts only what it is given`() {
        let options = Set(zip(line.master, line.master.dropFirst()).filter { $0.0 == "-o" }.map(\.1))
        #expect(
            options.isSuperset(of: [
                "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=/tmp/d/known_hosts",
                "GlobalKnownHostsFile=/dev/null", "IdentityFile=/tmp/d/key", "IdentitiesOnly=yes", "IdentityAgent=none",
                "ForwardAgent=no", "ForwardX11=no", "ConnectTimeout=10", "ServerAliveInterval=5",
                "ServerAliveCountMax=3", "ControlPersist=no",
            ]))
        #expect(line.master.prefix(3) == ["ssh", "-F", "none"])
        #expect(line.master.suffix(7) == ["-p", "2222", "-l", "deploy", "--", "203.0.113.7", "cat >/dev/null"])
    }

    @Test func `a client can only use the master's connection`() {
        #expect(
            line.client("exec true") == [
                "ssh", "-F", "none", "-T", "-e", "none", "-S", "/tmp/d/control", "-o", "BatchMode=yes",
                "-o", "ControlMaster=no", "-o", "ProxyCommand=false", "-o", "LogLevel=ERROR",
                "-p", "2222", "-l", "deploy", "--", "203.0.113.7", "exec true",
            ])
    }

    @Test func `the control socket takes a forwarding`() {
        let arguments = line.control("forward", forwarding: "/tmp/d/80:127.0.0.1:80")
        #expect(arguments.contains("ProxyCommand=false"))
        #expect(
            arguments.suffix(10) == [
                "-O", "forward", "-L", "/tmp/d/80:127.0.0.1:80", "-p", "2222", "-l", "deploy", "--", "203.0.113.7",
            ])
    }

    @Test func `a remote command is quoted, and limited on the droplet`() {
        #expect(
            SSHCommandLine.remote(Command(["echo", "it's"], deadline: .milliseconds(1200)))
                == #"exec timeout -k 5 2 echo 'it'\''s'"#)
        #expect(SSHCommandLine.remote(Command(["a"], deadline: .zero)) == "exec timeout -k 5 1 a")
        #expect(SSHCommandLine.remoteWithoutDeadline(Command(["a", "b c"])) == "exec a 'b c'")
    }
}
