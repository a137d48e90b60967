# Answers every request with 200, as HTTP/1.0.
$server = IO::Socket::INET->new(LocalPort => 8080, Listen => 50, ReuseAddr => 1) or die;
while ($client = $server->accept) {
    while (<$client>) { last if /^\r/ }
    print $client "HTTP/1.0 200 OK\r\n\r\nhello\n";
    close $client;
}
