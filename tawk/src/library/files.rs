//! The files of `awk/`: one for each function, and one for each ready program.

/// Name, folder and text of a file.
pub(super) type Source = (&'static str, &'static str, &'static str);

macro_rules! sources {
    ($($group:literal: $($name:literal)*;)*) => {
        [$($((
            $name,
            $group,
            include_str!(concat!("../../awk/", $group, "/", $name, ".awk")),
        ),)*)*]
    };
}

/// All files, by folders.
#[rustfmt::skip]
pub(super) static SOURCES: [Source; 195] = sources! {
    "columns":
        "COL" "hdr" "join" "json" "printbold" "printerr" "printinf" "printok" "printwrn" "quote"
        "texscape" "unquote" "wildcard";
    "selection":
        "diff" "ffsplit" "flow" "follow_stream" "packet" "shark";
    "hosts":
        "dether" "dhost" "dmac" "dnet" "dport" "ether" "host" "ip" "ipinnet" "ipinrange"
        "loopback" "mac" "mcast" "net" "port" "privip" "sether" "shost" "smac" "snet" "sport";
    "protocols":
        "ah" "dhcp" "dns" "esp" "gre" "http" "icmp" "icmp6" "igmp" "ipv4" "ipv6" "proto"
        "proto2str" "rsvp" "sctp" "tcp" "tcpflags" "udp";
    "bits":
        "bfeq" "bitsallset" "bitsanyset" "bitshift" "nibble_swap" "tobits";
    "lists":
        "cvalcontains" "cvalcontainsi" "rvalcontains" "rvalcontainsi" "splitc" "splitr" "t2split"
        "tuple2" "tuple3" "tuple4" "tuple5" "tuple6" "valcontains" "valcontainsi";
    "strings":
        "chomp" "contains" "containsi" "hasprefix" "hasprefixi" "hassuffix" "hassuffixi" "lstrip"
        "rstrip" "streq" "streqi" "strip" "strisempty" "strneq" "strneqi";
    "types":
        "isfloat" "isint" "isip" "isip6" "isiphex" "isipnum" "isipstr" "isnum" "isset" "isuint"
        "not";
    "conversion":
        "base64" "base64d" "hrnum" "hrtime" "ip2hex" "ip2mask" "ip2num" "ip2str" "ip62str"
        "ip6compress" "ip6expand" "localtime" "mask2ip" "mask2ip6" "mask2ip6str" "mask2ipstr"
        "timestamp" "urldecode" "utc";
    "numbers":
        "abs" "aggr" "aggrrep" "ientropy" "log2" "max" "max2" "max3" "mean" "min" "min2" "min3"
        "t2rsort" "t2sort";
    "parts":
        "_aggregate" "_and4" "_bytes" "_column" "_csv" "_cut6" "_days" "_difference" "_digits"
        "_entropies" "_fail" "_fraction" "_frombits" "_groups" "_head" "_hex" "_inlist" "_inmacs"
        "_innets" "_ip4num" "_ip6groups" "_ip6hex" "_isip4" "_many" "_mask" "_netmask" "_netrange"
        "_nonzero" "_octal" "_ord" "_parts" "_place" "_pow2" "_readlist" "_readnets" "_say" "_shell"
        "_sort" "_tohex" "_unescape" "_unhex";
    "examples":
        "covertChans" "dnsZT" "exeDL" "httpHostsURL" "nonstdports" "passivedns" "passwords"
        "postQryStr" "ssh" "topDnsA" "topDnsIp4" "topDnsIp6" "topDnsQ" "topHttpMimesST"
        "topHttpMimesT" "topSLD" "topTLD";
};
