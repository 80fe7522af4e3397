"""Partners of Offensive Mittelstand, their regional networks, and the companies they advise."""

from partners.models.affiliations import Affiliation
from partners.models.areas import AreaPartRow, HasServiceArea
from partners.models.companies import Branch, Company, CompanyInvitation, CompanyOffer, SizeClass
from partners.models.networks import NetworkAreaPart, RegionalNetwork
from partners.models.partners import Offer, Partner, PartnerCategory, ServiceAreaPart

__all__ = [
    "Affiliation",
    "AreaPartRow",
    "Branch",
    "Company",
    "CompanyInvitation",
    "CompanyOffer",
    "HasServiceArea",
    "NetworkAreaPart",
    "Offer",
    "Partner",
    "PartnerCategory",
    "RegionalNetwork",
    "ServiceAreaPart",
    "SizeClass",
]
