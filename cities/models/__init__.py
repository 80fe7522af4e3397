"""Places of Germany, school holidays, the towns of the network Engagierte Stadt, and their projects."""

from cities.models.places import (
    Association,
    Locality,
    Municipality,
    PlaceName,
    PostcodePlace,
    Region,
    RegisterSync,
    Resource,
    ResourceKind,
    Sector,
    Skill,
    Topic,
)
from cities.models.projects import Project, ProjectNeed, ProjectPicture, ProjectRules
from cities.models.school_holidays import SchoolHoliday
from cities.models.towns import City, CityActors, CityLink, CityOffer, Need

__all__ = [
    "Association",
    "City",
    "CityActors",
    "CityLink",
    "CityOffer",
    "Locality",
    "Municipality",
    "Need",
    "PlaceName",
    "PostcodePlace",
    "Project",
    "ProjectNeed",
    "ProjectPicture",
    "ProjectRules",
    "Region",
    "RegisterSync",
    "Resource",
    "ResourceKind",
    "SchoolHoliday",
    "Sector",
    "Skill",
    "Topic",
]
